package dev.culvert.kit.sim;

import dev.culvert.wire.IpAddress;

/** Sends every packet on by its destination, unchanged and without delay; what it has no link for is lost. */
public final class Switch implements Node {
    private static final int LEAST_HEADER = 20;

    private final Routes routes = new Routes();
    private final FramePool frames;
    private long lost;

    /** A switch without links. */
    public Switch(final Simulation simulation) {
        frames = simulation.frames();
    }

    /** Packets to this address leave by this link. */
    public void route(final IpAddress address, final VirtualLink link) {
        routes.add(address, link);
    }

    /** Packets that had nowhere to go. */
    public long lost() {
        return lost;
    }

    @Override
    public void arrive(final Frame frame) {
        final VirtualLink link = frame.length < LEAST_HEADER ? null : routes.linkFor(frame.bytes);
        if (link == null) {
            lost++;
            frames.give(frame);
        } else {
            link.enter(frame);
        }
    }
}
