package dev.culvert.kit.script;

import dev.culvert.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Base of the packet-script tests: each runs over IPv4 and over IPv6, and each ends with nothing unexpected sent and, after
 * everything has run out, no connection, row, timer or buffer left.
 */
@ParameterizedClass(name = "IPv6 {0}")
@ValueSource(booleans = {false, true})
abstract class ScriptTest {
    @Parameter
    boolean v6;

    private final List<Script> scripts = new ArrayList<>();

    /** A script that begins with a plain connection in this state. */
    Script given(final TcpState state) {
        return given(setup -> setup, state);
    }

    /** A script that begins with a connection in this state, opened as the set-up says. */
    Script given(final UnaryOperator<Setup> change, final TcpState state) {
        final Script script =
                Script.setup(setup -> change.apply(setup.family(v6))).given(state);
        scripts.add(script);
        return script;
    }

    @AfterEach
    void nothingIsLeft() {
        for (final Script script : scripts) {
            script.expectNothing();
            script.finish();
        }
    }
}
