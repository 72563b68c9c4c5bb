package dev.culvert.kit.explore;

import dev.culvert.env.Errno;
import java.util.List;

/**
 * How far an application has come.
 *
 * @param breaksOff connections of the model may be broken off, so that text and ends may go missing
 * @param conversations its connections, oldest first
 * @param unfinished the step that it waits to take when it could take no other; null: it has taken them all
 */
record Progress(String name, boolean breaksOff, List<Conversation.Facts> conversations, Step unfinished) {
    /** Whether it has opened a connection. */
    boolean hasBegun() {
        return !conversations.isEmpty();
    }

    /** What is wrong with it beside its peer's; an empty text: nothing. */
    String complaintMidway(final Progress peer) {
        for (final Conversation.Facts mine : conversations) {
            final String complaint = mine.connected() ? complaint(mine, peer) : "";
            if (!complaint.isEmpty()) {
                return complaint;
            }
            if (mine.error() != Errno.OK && !breaksOff) {
                return name + " was told " + Errno.name(mine.error());
            }
        }
        return "";
    }

    private String complaint(final Conversation.Facts mine, final Progress peer) {
        int sent = 0;
        boolean ended = false;
        boolean opened = false;
        for (final Conversation.Facts other : peer.conversations) {
            if (mine.isPeer(other)) {
                sent = other.sent();
                ended = other.writeClosed() || other.over();
                opened = true;
            }
        }
        if (mine.passive() && !opened) {
            return name + " was given a connection that nobody opened";
        }
        if (mine.received() > sent) {
            return name + " received " + mine.received() + " bytes of " + sent;
        }
        return mine.eof() && (!ended || mine.received() != sent)
                ? name + " was told of an end after " + mine.received() + " bytes of " + sent
                : "";
    }

    /** What is missing when nothing can happen any more; an empty text: nothing. */
    String complaintAtEnd() {
        if (unfinished != null && !breaksOff) {
            return name + " waits for ever to " + unfinished;
        }
        for (final Conversation.Facts conversation : conversations) {
            if (!conversation.over() || !breaksOff && !conversation.eof()) {
                return name + " waits for ever for the peer's end";
            }
        }
        return "";
    }
}
