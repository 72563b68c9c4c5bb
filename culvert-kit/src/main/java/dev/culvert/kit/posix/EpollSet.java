package dev.culvert.kit.posix;

import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code epoll_create} makes: descriptors of interest in the order in which they were added. Single-threaded. */
final class EpollSet implements Descriptors.OpenFile {
    /** One descriptor of interest. */
    static final class Interest {
        final TcpSocket socket;
        int events;
        long userData;
        /** Answered once under EPOLLONESHOT: silent until it is modified. */
        boolean spent;
        /** Something has happened since the last report; edge-triggered interest reports only then. */
        boolean woken;

        Interest(final TcpSocket socket) {
            this.socket = socket;
        }
    }

    final Map<Integer, Interest> interests = new LinkedHashMap<>();
}
