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
        /** What was reported last, for edge-triggered interest: number of the socket's last event. */
        long reportedEvent = -1;

        Interest(final TcpSocket socket) {
            this.socket = socket;
        }
    }

    final Map<Integer, Interest> interests = new LinkedHashMap<>();
}
