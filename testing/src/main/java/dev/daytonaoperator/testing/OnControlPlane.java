package dev.daytonaoperator.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test class on the shared control plane. Its constructor and methods may ask for {@link
 * ControlPlane}, {@link AuditLog}, {@link Namespaces}, the class's own {@link TestNamespace} and an
 * administrator's {@code KubernetesClient}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ControlPlaneExtension.class)
public @interface OnControlPlane {}
