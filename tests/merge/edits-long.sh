#!/bin/sh
# 5,000 stored logs, four in five of them edited.
exec env ANSINH_TEST_EDITS=5000 tests/merge/edits.t
