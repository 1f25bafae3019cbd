// atrium_micro: Google Benchmark's own command line, e.g. --benchmark_filter=decode.
#include <benchmark/benchmark.h>

BENCHMARK_MAIN();
