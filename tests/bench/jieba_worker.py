"""CPU seconds that jieba takes to cut texts into words: `jieba_worker.py ROUNDS`, the texts on stdin, NUL between."""

import sys
import time

import jieba

jieba.initialize()
texts = sys.stdin.read().split("\0")
started = time.process_time()
for _ in range(int(sys.argv[1])):
    for text in texts:
        list(jieba.cut(text))
print(time.process_time() - started)
