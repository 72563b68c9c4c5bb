package dev.culvert.kit.lab;

import java.util.ArrayList;
import java.util.List;

/** What has happened between some hosts, in its order: the model of which all drawings are made. Single-threaded. */
public final class Diagram {
    /** The kinds of things that happen. */
    public enum Kind {
        /** A packet leaves a lane. */
        SEND,
        /** It arrives in another one. */
        ARRIVE,
        /** A packet of long ago comes out of the network. */
        GHOST,
        /** A connection of this lane is in another state. */
        STATE,
        /** An application calls, or is told something. */
        CALL,
        /** Something to know. */
        NOTE
    }

    /**
     * One thing that happens.
     *
     * @param timeNs when, from the beginning
     * @param lane the lane that it happens in
     * @param peer of a packet: the lane at its other end
     * @param packet number of the packet, or −1
     */
    public record Event(long timeNs, Kind kind, int lane, int peer, int packet, String text) {
        /** Whether a packet is involved. */
        public boolean isPacket() {
            return packet >= 0;
        }
    }

    private final List<String> lanes = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private int packets;
    private boolean muted;

    /** Adds a lane; its number. */
    int lane(final String name) {
        lanes.add(name);
        return lanes.size() - 1;
    }

    /** Whether what happens from now on is left out; no packet may be under way then. */
    void mute(final boolean leaveOut) {
        muted = leaveOut;
    }

    private void add(final Event event) {
        if (!muted) {
            events.add(event);
        }
    }

    /** A packet is sent; its number. */
    int send(final long timeNs, final int from, final int to, final String text) {
        add(new Event(timeNs, Kind.SEND, from, to, packets, text));
        return packets++;
    }

    /** A packet arrives. */
    void arrive(final long timeNs, final int packet, final int from, final int to, final String text) {
        add(new Event(timeNs, Kind.ARRIVE, to, from, packet, text));
    }

    /** A packet arrives that was sent long ago. */
    void ghost(final long timeNs, final int from, final int to, final String text) {
        add(new Event(timeNs, Kind.GHOST, to, from, packets++, text));
    }

    /** Something without a packet. */
    void add(final long timeNs, final Kind kind, final int lane, final String text) {
        add(new Event(timeNs, kind, lane, lane, -1, text));
    }

    /** The same, before the event with this index. */
    void insert(final int index, final long timeNs, final Kind kind, final int lane, final String text) {
        if (muted) {
            return;
        }
        events.add(index, new Event(timeNs, kind, lane, lane, -1, text));
    }

    /** How many events there are. */
    int size() {
        return events.size();
    }

    /** Says something else of the last event, if that is one of these. */
    void correct(final long timeNs, final Kind kind, final int lane, final String said, final String better) {
        final int last = events.size() - 1;
        if (last >= 0 && events.get(last).equals(new Event(timeNs, kind, lane, lane, -1, said))) {
            events.set(last, new Event(timeNs, kind, lane, lane, -1, better));
        }
    }

    /** Names of the lanes, from left to right. */
    public List<String> lanes() {
        return List.copyOf(lanes);
    }

    /** Everything, in its order. */
    public List<Event> events() {
        return List.copyOf(events);
    }

    /** A text in lines of at most so many characters, where words allow it. */
    static List<String> wrap(final String text, final int most) {
        final List<String> lines = new ArrayList<>();
        String line = "";
        for (final String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > most) {
                lines.add(line);
                line = "  " + word;
            } else {
                line = line.isEmpty() ? word : line + " " + word;
            }
        }
        lines.add(line);
        return lines;
    }

    /** Index of the event with which the packet of a SEND arrives, or −1: it does not. */
    static int arrival(final List<Event> events, final int send) {
        for (int i = send + 1; i < events.size(); i++) {
            if (events.get(i).kind() == Kind.ARRIVE
                    && events.get(i).packet() == events.get(send).packet()) {
                return i;
            }
        }
        return -1;
    }

    /** Whether between two events nothing happens that concerns anybody but this lane. */
    static boolean isQuiet(final List<Event> events, final int from, final int to, final int lane) {
        return events.subList(from + 1, to).stream().allMatch(e -> !e.isPacket() && e.lane() == lane);
    }
}
