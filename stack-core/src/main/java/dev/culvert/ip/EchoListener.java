package dev.culvert.ip;

/** Hears of echo replies, on the shard's thread. */
@FunctionalInterface
public interface EchoListener {
    /**
     * A reply came.
     *
     * @param srcHi upper word of the address that answered
     * @param srcLo lower word of it
     * @param identifier identifier of the request, 0 to 65,535
     * @param sequence its sequence number, 0 to 65,535
     * @param length bytes of ICMP data, header not counted
     * @param ttl TTL or hop limit with which the reply arrived
     */
    void onEchoReply(long srcHi, long srcLo, int identifier, int sequence, int length, int ttl);
}
