package dev.culvert.kit.sim;

/** To which queue of a device with several ones a packet comes. */
public enum QueueChoice {
    /** To any, each packet anew: the worst that can happen. */
    RANDOM,
    /**
     * As Linux's TUN device chooses: to the queue that the flow was last written to, if that was within three seconds, otherwise
     * to the one of a hash that knows nothing of our shards.
     */
    AS_KERNEL
}
