package dev.culvert.kit.sim;

/** Why a virtual link lost a packet. */
public enum LinkDrop {
    /** The loss model chose it. */
    LOSS,
    /** The queue before a slow rate was full. */
    QUEUE,
    /** The link was down. */
    DOWN,
    /** It was longer than the link's MTU. */
    MTU
}
