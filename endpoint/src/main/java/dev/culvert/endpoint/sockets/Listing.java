package dev.culvert.endpoint.sockets;

import dev.culvert.tun.SocketInfo;

/** What becomes of the sockets that an endpoint lists: lines of text or of JSON. One thread. */
public interface Listing {
    /** Takes the next one; false: no more is wanted. */
    boolean add(SocketInfo socket);

    /** That was all. */
    void end();
}
