package dev.culvert.kit.sim;

import org.agrona.DirectBuffer;

/** Watches the packets at both ends of the links; called on the simulation's thread, the bytes are valid during the call. */
public interface LinkObserver {
    /** Watches nothing. */
    LinkObserver NONE = (end, out, bytes, length, nowNs) -> {};

    /**
     * A packet passes one end of a link.
     *
     * @param end the end, as it was numbered when the link was made
     * @param out true: it leaves the node here, though it may get lost on the way; false: it arrives
     * @param length its bytes, from index 0
     * @param nowNs virtual time
     */
    void onPacket(int end, boolean out, DirectBuffer bytes, int length, long nowNs);
}
