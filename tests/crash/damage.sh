#!/bin/sh
# A damaged store is told, never followed.
exec tests/crash/damage --cuts 20 --flips 60 --heads 60
