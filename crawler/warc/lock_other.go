//go:build !unix || solaris || aix

package warc

import "os"

// lock does nothing where there is no lock that ends with the process.
func lock(*os.File) error { return nil }
