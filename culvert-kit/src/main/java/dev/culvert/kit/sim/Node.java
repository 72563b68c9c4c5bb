package dev.culvert.kit.sim;

/** Where links end: a host or a switch. */
public sealed interface Node permits SimHost, ShardedHost, Switch {
    /** A packet arrives; the frame belongs to the node from now on. */
    void arrive(Frame frame);
}
