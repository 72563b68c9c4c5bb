/**
 * Fuzz targets: each takes a fuzzer's bytes, plays them against one part of Culvert and throws where a law is broken. They
 * know nothing of the fuzzer; the tests of this module hand them to Jazzer.
 */
package dev.culvert.fuzz;
