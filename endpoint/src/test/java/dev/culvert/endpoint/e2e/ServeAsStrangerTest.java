package dev.culvert.endpoint.e2e;

import org.junit.jupiter.api.Tag;

/** The endpoint as somebody without any rights has it. */
@Tag("e2e")
class ServeAsStrangerTest extends ServeContract {
    ServeAsStrangerTest() {
        super(Somebody.STRANGER);
    }
}
