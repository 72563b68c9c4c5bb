package dev.culvert.kit.plot;

/**
 * One end of a connection, as a reader knows it.
 *
 * @param stack whose end it is
 * @param connection its identifier there
 * @param local address and port
 * @param remote those of the other end
 */
public record FlowEnd(String stack, long connection, String local, String remote) {
    /** As {@code a 10.83.0.2:40000 > 10.83.0.3:5001}. */
    public String name() {
        return stack + " " + local + " > " + remote;
    }
}
