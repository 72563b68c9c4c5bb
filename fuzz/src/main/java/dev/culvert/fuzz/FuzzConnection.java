package dev.culvert.fuzz;

import java.util.Set;
import java.util.stream.Collectors;
import org.agrona.DirectBuffer;

/** A connection in the hands of the application, and how far it has read and written. */
final class FuzzConnection {
    final long id;
    long sent;

    private final FuzzPeer peer;
    /** Where in the peer's text the next byte may stand: one place for every SYN that the connection may have begun with. */
    private Set<Integer> next;

    FuzzConnection(final long id, final FuzzPeer peer) {
        this.id = id;
        this.peer = peer;
    }

    /** Text that was read: without a gap, from the first byte after a SYN. */
    void check(final DirectBuffer text, final int length) {
        if (next == null) {
            next = peer.firstBytes();
        }
        next = next.stream()
                .filter(first -> isAt(text, length, first))
                .map(first -> first + length)
                .collect(Collectors.toSet());
        Laws.hold(!next.isEmpty(), "what was read is not what the peer sent");
    }

    private static boolean isAt(final DirectBuffer text, final int length, final int first) {
        for (int i = 0; i < length; i++) {
            if (text.getByte(i) != FuzzPeer.PEER_TEXT.at(Integer.toUnsignedLong(first + i))) {
                return false;
            }
        }
        return true;
    }
}
