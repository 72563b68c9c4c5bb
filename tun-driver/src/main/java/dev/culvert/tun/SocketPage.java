package dev.culvert.tun;

import java.util.List;

/**
 * A part of a listing of a stack's sockets.
 *
 * @param sockets in no particular order; may be none
 * @param next where to go on; negative: that was all
 */
public record SocketPage(List<SocketInfo> sockets, long next) {
    /** Whether there is another page. */
    public boolean hasNext() {
        return next >= 0;
    }
}
