package dev.culvert.kit.packetdrill;

import java.util.ArrayList;
import java.util.List;

/** What happened, line by line, and every packet as it stood on the wire. */
final class ScriptRecord {
    private static final int SHOWN = 12;

    private final List<String> lines = new ArrayList<>();
    private final List<byte[]> packets = new ArrayList<>();
    private final List<Boolean> packetsOut = new ArrayList<>();
    private final List<Long> packetTimesUs = new ArrayList<>();
    private final List<String> unread = new ArrayList<>();

    void add(final long atUs, final String text) {
        lines.add(String.format(java.util.Locale.ROOT, "%12.6f  %s", atUs / 1e6, text));
    }

    void packet(final long atUs, final byte[] bytes, final String text) {
        add(atUs, text);
        packets.add(bytes);
        packetsOut.add(text.startsWith(">"));
        packetTimesUs.add(atUs);
    }

    /** A packet that stood there at the end. */
    void unread(final String text) {
        unread.add(text);
    }

    List<String> unread() {
        return unread;
    }

    List<String> lines() {
        return lines;
    }

    /** The last of them. */
    List<String> last() {
        return lines.subList(Math.max(0, lines.size() - SHOWN), lines.size());
    }

    List<byte[]> packets() {
        return packets;
    }

    List<Boolean> packetsOut() {
        return packetsOut;
    }

    List<Long> packetTimesUs() {
        return packetTimesUs;
    }
}
