package dev.culvert.shard;

/** Hears of echo replies, on the shard's thread. */
@FunctionalInterface
public interface EchoListener {
    /** A reply came from this address. */
    void onEchoReply(long srcHi, long srcLo, int identifier, int sequence, int length, int ttl);
}
