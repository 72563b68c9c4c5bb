package dev.culvert.tcp;

/** When a listener answers SYNs with cookies instead of half-open rows (RFC 4987 §3.6); Linux's tcp_syncookies 0, 1 and 2. */
public enum SynCookies {
    /** A SYN that finds the SYN queue full is dropped. */
    NEVER,
    /** A SYN that finds the SYN queue full is answered with a cookie. */
    OVERFLOW,
    /** Every SYN is answered with a cookie: for tests. */
    ALWAYS
}
