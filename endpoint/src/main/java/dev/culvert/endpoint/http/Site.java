package dev.culvert.endpoint.http;

/** What a server serves. Called on the stack's thread. */
@FunctionalInterface
interface Site {
    /** What is there under a path, which is decoded and begins with a slash. */
    Finding find(String path);
}
