package dev.culvert.kit.sim;

/** What a host tells its applications, on the simulation's thread; they attach themselves to connections and listeners. */
public interface SimApplication {
    /** A connection became ready for something: bits of {@code Readiness}. */
    void onReady(long connection, int readiness);

    /** A listener has connections to accept. */
    void onAcceptable(long listener);
}
