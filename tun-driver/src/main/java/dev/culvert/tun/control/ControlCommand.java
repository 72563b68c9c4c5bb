package dev.culvert.tun.control;

import java.util.List;

/** What a control server does on a request. Called on the server's thread; may wait for the stack. */
@FunctionalInterface
public interface ControlCommand {
    /**
     * @param arguments the words after the command's name
     * @return the lines of the answer
     * @throws ControlException when the request cannot be fulfilled
     */
    List<String> run(List<String> arguments) throws ControlException;
}
