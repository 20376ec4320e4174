/** The Helm chart, on a real control plane and with the real Helm, and what is generated for it. */
@NullMarked
package dev.daytonaoperator.operator.chart;

import org.jspecify.annotations.NullMarked;
