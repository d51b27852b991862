#!/bin/sh
# The same at every page, with 10,000 bits and as many heads and pages.
exec tests/crash/damage --cuts 100000 --flips 10000 --heads 10000
