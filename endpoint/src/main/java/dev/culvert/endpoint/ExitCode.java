package dev.culvert.endpoint;

/** What the program's exit codes mean; the launcher script uses the same numbers. */
public final class ExitCode {
    /** Everything that was asked for was done. */
    public static final int OK = 0;

    /** It was tried and failed. */
    public static final int FAILURE = 1;

    /** The command line was not understood. */
    public static final int USAGE = 2;

    /** This machine lacks something that the program needs; the message says what and how to get it. */
    public static final int ENVIRONMENT = 3;

    private ExitCode() {}
}
