#!/bin/sh
# 100,000 edits and 1,000 hand-overs: file and memory stay bounded.
exec tests/crash/soak --edits 100000 --imports 1000
