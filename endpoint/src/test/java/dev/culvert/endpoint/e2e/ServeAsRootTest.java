package dev.culvert.endpoint.e2e;

import org.junit.jupiter.api.Tag;

/** The endpoint as root has it. */
@Tag("e2e")
class ServeAsRootTest extends ServeContract {
    ServeAsRootTest() {
        super(Somebody.ROOT);
    }
}
