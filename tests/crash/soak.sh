#!/bin/sh
# Many edits and hand-overs: file and memory stay bounded.
exec tests/crash/soak --edits 800 --imports 5
