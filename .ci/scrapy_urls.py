# A Scrapy spider that prints each HTML page it can reach from a URL: another
# crawler's opinion of what a site has. Usage: scrapy_urls.py URL
import sys
from urllib.parse import urldefrag

import scrapy
from scrapy.crawler import CrawlerProcess


class Pages(scrapy.Spider):
    name = "pages"
    start_urls = [sys.argv[1]]
    prefix = sys.argv[1].rsplit("/", 1)[0] + "/"

    def parse(self, response):
        if not isinstance(response, scrapy.http.HtmlResponse):
            return
        print(response.url, flush=True)
        for href in response.css("a::attr(href), area::attr(href), link[rel=next]::attr(href)").getall():
            url = urldefrag(response.urljoin(href.strip())).url
            if url.startswith(self.prefix):
                yield scrapy.Request(url)


process = CrawlerProcess({"ROBOTSTXT_OBEY": False, "LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
                          "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7"})
process.crawl(Pages)
process.start()
