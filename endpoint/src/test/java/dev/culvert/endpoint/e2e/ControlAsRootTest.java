package dev.culvert.endpoint.e2e;

import org.junit.jupiter.api.Tag;

/** A second terminal of root's. */
@Tag("e2e")
class ControlAsRootTest extends ControlContract {
    ControlAsRootTest() {
        super(Somebody.ROOT);
    }
}
