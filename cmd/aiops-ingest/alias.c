#include "aiops-ingest/alias.h"

#include <stdbool.h>

#include "base/buf.h"

/*
 * First match wins. Sources: OpenTelemetry's semantic conventions and its
 * Prometheus compatibility rules (job is service.name), both with dots and with
 * the underscores that Prometheus makes of them; the labels that Kubernetes
 * service discovery and kube-prometheus set.
 */
static const char *const service_names[] = {"service",
					    "service_name",
					    "service.name",
					    "app",
					    "application",
					    "app_kubernetes_io_name",
					    "app.kubernetes.io/name",
					    "k8s_app",
					    "job",
					    NULL};
static const char *const host_names[] = {
	"host",      "hostname",      "host_name",     "host.name",       "node", "nodename",
	"node_name", "k8s_node_name", "k8s.node.name", "kubernetes_node", NULL};
static const char *const env_names[] = {"env",
					"environment",
					"deployment_environment",
					"deployment.environment",
					"deployment_environment_name",
					"deployment.environment.name",
					"stage",
					NULL};
static const char *const layer_names[] = {"layer", NULL};
static const char *const component_names[] = {"component",
					      "pod",
					      "pod_name",
					      "kubernetes_pod_name",
					      "k8s_pod_name",
					      "k8s.pod.name",
					      "instance",
					      "service_instance_id",
					      "service.instance.id",
					      NULL};

struct span label_value(const struct label *labels, size_t n, struct span name)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = span_cmp(labels[mid].name, name);

		if (c == 0)
			return labels[mid].value;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return SPAN_NONE;
}

static struct span first_of(const struct label *labels, size_t n, const char *const *names)
{
	for (; n > 0 && *names; names++) {
		struct span v = label_value(labels, n, span_cstr(*names));

		if (v.len > 0)
			return v;
	}
	return SPAN_NONE;
}

static bool all_digits(const char *p, const char *end)
{
	if (p == end)
		return false;
	for (; p < end; p++)
		if (*p < '0' || *p > '9')
			return false;
	return true;
}

struct span host_of_instance(struct span instance)
{
	const char *end = instance.data + instance.len, *colon = end, *from = instance.data;

	while (colon > from && colon[-1] != ':')
		colon--;
	if (colon == from || !all_digits(colon, end))
		return SPAN_NONE;
	colon--;
	if (colon - from >= 2 && *from == '[' && colon[-1] == ']') {
		from++;
		colon--;
	} else if (memchr(from, ':', (size_t)(colon - from))) {
		return SPAN_NONE; /* a bare IPv6 address or a URL with a port */
	}
	if (colon == from || memchr(from, '/', (size_t)(colon - from)))
		return SPAN_NONE;
	return span_of(from, (size_t)(colon - from));
}

struct promoted promote(const struct label *labels, size_t n)
{
	struct promoted p = {
		.service = first_of(labels, n, service_names),
		.host = first_of(labels, n, host_names),
		.env = first_of(labels, n, env_names),
		.layer = first_of(labels, n, layer_names),
		.component = first_of(labels, n, component_names),
	};

	if (!p.host.data)
		p.host = host_of_instance(label_value(labels, n, SPAN("instance")));
	return p;
}

void promote_component(struct promoted *p)
{
	if (!p->component.data)
		p->component = p->service.data ? p->service : p->host;
}

static void explain_row(struct buf *out, const char *field, const char *const *names,
			const char *more)
{
	buf_addf(out, "  %-12s ", field);
	for (size_t i = 0; names[i]; i++)
		buf_addf(out, "%s%s", i ? ", " : "", names[i]);
	buf_addf(out, "%s\n", more);
}

void alias_explain(struct buf *out)
{
	buf_add_cstr(out, "promoted from labels, the first that is there:\n");
	explain_row(out, "service", service_names, "");
	explain_row(out, "host", host_names, ", instance without its port");
	explain_row(out, "env", env_names, "");
	explain_row(out, "layer", layer_names, "");
	explain_row(out, "component", component_names, ", service, host");
}
