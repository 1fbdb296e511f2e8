package fetch

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

// serveBench is this test binary as a server in a process of its own, so that its CPU is not counted.
const serveBench = "TRAWL_FETCH_SERVE_BENCH"

// benchServer serves pages of 26 KB, plain at / and gzipped at /gzip, until its standard input ends.
func benchServer() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	page := prose(26 << 10)
	coded := encode(nil, "gzip", page)
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n%s\r\n%s"
	plain := []byte(fmt.Sprintf(head, len(page), "", page))
	gzip := []byte(fmt.Sprintf(head, len(coded), "Content-Encoding: gzip\r\n", coded))
	fmt.Println(l.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for {
		c, err := l.Accept()
		if err != nil {
			panic(err)
		}
		go func() {
			r := bufio.NewReader(c)
			for {
				req, err := http.ReadRequest(r)
				if err != nil {
					return
				}
				answer := plain
				if req.URL.Path == "/gzip" {
					answer = gzip
				}
				_, _ = c.Write(answer)
			}
		}()
	}
}
