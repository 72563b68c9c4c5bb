package dev.culvert.kit.coverage;

/**
 * A test that says which requirement it proves.
 *
 * @param rfc the RFC's number
 * @param id the requirement; empty: the test only names a section
 * @param section the section; may be empty
 * @param test such as {@code CloseTest.activeClose} or {@code close/half-close.pkt}
 * @param path the file, relative to the root of the project
 */
record Proof(int rfc, String id, String section, String test, String path) {}
