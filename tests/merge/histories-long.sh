#!/bin/sh
# 100,000 random histories, 5,000 of them by real bundles.
exec env ANSINH_TEST_HISTORIES=95000 ANSINH_TEST_BUNDLES=5000 tests/merge/histories.t
