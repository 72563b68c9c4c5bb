package dev.culvert.endpoint.run;

/** What the main thread waits for. */
public enum Event {
    /** Somebody pressed Ctrl-C. */
    INTERRUPTED,
    /** Somebody wants the program to end, or its terminal has gone. */
    TERMINATED,
    /** The stack has ended by itself. */
    STACK_FAILED,
    /** The command that was started beside the stack has ended. */
    COMMAND_ENDED,
    /** Every connection has ended in good order, or the time for that is over. */
    CLOSED
}
