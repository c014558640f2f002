/*
 * CloudWatch alarms: through SNS (also wrapped for Lambda and SQS) and through
 * EventBridge. Sources: AWS' documentation, "Alarm events and EventBridge",
 * "HTTP/HTTPS notification JSON format" of SNS, "Using AWS Lambda with Amazon SNS".
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/formats/cloudwatch.h"
#include "base/mem.h"

static void *cw_open(struct ingest *in)
{
	return cloudwatch_new(in);
}

static void cw_close(void *state)
{
	cloudwatch_free(state);
}

static int refuse(struct cloudwatch *c, const struct record *r, const char *why, struct err *e)
{
	return ingest_reject(c->in, "schema", record_line(r), e, "%s", why);
}

/* JSON inside a JSON string: parsed by a record of its own. -1: it holds none. */
static int parse_inner(struct cloudwatch *c, struct span text, struct err *e)
{
	enum reject_code code;

	buf_clear(&c->text);
	buf_add_span(&c->text, text);
	if (!buf_room(&c->text, RECORD_PADDING))
		return err_set(e, EX_BADDATA, "too long");
	return record_parse(c->inner, c->text.data, c->text.len, &code, e);
}

/* A message of SNS; it is never answered, whatever it asks for. */
static int take_sns(struct cloudwatch *c, const struct record *r, struct item sns, struct err *e)
{
	struct span type = item_member(sns, "Type").v.text,
		    topic = item_member(sns, "TopicArn").v.text;
	struct item message = item_member(sns, "Message");
	struct err why = ERR_INIT;

	if (span_is(type, "SubscriptionConfirmation") || span_is(type, "UnsubscribeConfirmation"))
		return ingest_reject(
			c->in, "schema", record_line(r), e,
			"%.*s of %.*s: nothing is confirmed by itself; visit its SubscribeURL if you asked for it",
			(int)type.len, type.data, (int)(topic.len < 200 ? topic.len : 200),
			topic.data ? topic.data : "");
	if (message.v.type != VALUE_STRING)
		return refuse(c, r, "Message: not a string", e);
	if (parse_inner(c, message.v.text, &why) != 0)
		return refuse(c, r, "Message: not the JSON of an alarm", e);
	return cloudwatch_notified(c, c->inner, r, e);
}

/* The body of a message of SQS: what SNS or EventBridge put there. */
static int take_body(struct cloudwatch *c, const struct record *r, struct span body, struct err *e)
{
	struct err why = ERR_INIT;
	struct span message;

	if (parse_inner(c, body, &why) != 0)
		return refuse(c, r, "body: not the JSON of an alarm", e);
	if (record_get(c->inner, "detail").type == VALUE_OBJECT)
		return cloudwatch_changed(c, c->inner, r, e);
	message = record_text(c->inner, "Message");
	if (!message.data) /* raw delivery */
		return cloudwatch_notified(c, c->inner, r, e);
	message = arena_keep(&c->words, message);
	if (parse_inner(c, message, &why) != 0)
		return refuse(c, r, "body.Message: not the JSON of an alarm", e);
	return cloudwatch_notified(c, c->inner, r, e);
}

static int take_record(struct cloudwatch *c, const struct record *r, struct err *e)
{
	struct item sns = item_get(r, "Sns"), body = item_get(r, "body");

	if (sns.v.type == VALUE_OBJECT)
		return take_sns(c, r, sns, e);
	if (body.v.type == VALUE_STRING)
		return take_body(c, r, body.v.text, e);
	return refuse(c, r, "a record of neither SNS nor SQS", e);
}

static int take_root(struct cloudwatch *c, const struct record *r, struct err *e)
{
	if (record_get(r, "Records").type != VALUE_NONE)
		return value_is_empty_array(record_get(r, "Records"))
			       ? 0
			       : refuse(c, r, "Records: not an array of objects", e);
	if (record_get(r, "detail").type != VALUE_NONE)
		return cloudwatch_changed(c, r, r, e);
	if (record_get(r, "Type").type != VALUE_NONE)
		return take_sns(c, r, item_root(r), e);
	return cloudwatch_notified(c, r, r, e);
}

static int cw_part(void *state, enum cut cut, const struct record *r, struct err *e)
{
	struct cloudwatch *c = state;

	arena_clear(&c->words);
	return cut == CUT_RECORDS ? take_record(c, r, e) : take_root(c, r, e);
}

static bool holds_alarm(struct span text)
{
	return span_find(text, SPAN("\"AlarmName\"")) ||
	       span_find(text, SPAN("CloudWatch Alarm State Change")) ||
	       span_find(text, SPAN("\\\"AlarmName\\\""));
}

static enum sniff sniff_message(struct span type, struct span message, const char **why)
{
	if (span_is(type, "SubscriptionConfirmation") || span_is(type, "UnsubscribeConfirmation"))
		return SNIFF_YES;
	*why = "looks like a message that holds no CloudWatch alarm";
	return holds_alarm(message) ? SNIFF_YES : SNIFF_MAYBE;
}

static enum sniff cw_sniff(enum cut cut, const struct record *r, const char **why)
{
	struct span type = record_text(r, "Type"), body = record_text(r, "body");

	if (cut == CUT_RECORDS && record_get(r, "Sns").type == VALUE_OBJECT)
		return sniff_message(record_text(r, "Sns.Type"), record_text(r, "Sns.Message"),
				     why);
	if (cut == CUT_RECORDS && body.data && span_is(record_text(r, "eventSource"), "aws:sqs"))
		return sniff_message(SPAN_NONE, body, why);
	if (cut != CUT_ROOT)
		return SNIFF_NO;
	if (record_get(r, "TopicArn").type == VALUE_STRING && type.data)
		return sniff_message(type, record_text(r, "Message"), why);
	if (span_is(record_text(r, "detail-type"), "CloudWatch Alarm State Change"))
		return SNIFF_YES;
	return record_get(r, "AlarmName").type == VALUE_STRING &&
			       record_get(r, "NewStateValue").type == VALUE_STRING
		       ? SNIFF_YES
		       : SNIFF_NO;
}

const struct format format_cloudwatch = {
	.name = "cloudwatch",
	.summary =
		"CloudWatch alarms through SNS, also in Lambda's and SQS' Records, and through EventBridge",
	.explain =
		"One record of kind alert for each change of an alarm's state.\n"
		"\n"
		"  status          ALARM = firing, OK = resolved, INSUFFICIENT_DATA = pending\n"
		"  timestamp       StateChangeTime; EventBridge: detail.state.timestamp; when firing also starts_at, when\n"
		"                  resolved ends_at\n"
		"  severity        unknown, and counted: an alarm's state is none. A label or your rules may tell it\n"
		"  source_id       AlarmArn, resources[0]\n"
		"  name, title     AlarmName, alarmName\n"
		"  description     NewStateReason, state.reason\n"
		"  threshold, condition   Trigger.Threshold; ComparisonOperator Greater... = above, Less... = below\n"
		"  value           EventBridge: the last of reasonData.recentDatapoints\n"
		"  unit            Trigger.Unit\n"
		"  labels          alertname, account, region (of the ARN), namespace, metric, and the dimensions of the\n"
		"                  metric, or of the first metric of an expression\n"
		"  annotations     alarm_description\n"
		"\n"
		"A SubscriptionConfirmation is rejected, with its topic: nothing is ever confirmed by itself. Signatures of\n"
		"SNS are not checked here.\n",
	.example =
		"{\"Type\":\"Notification\",\"MessageId\":\"m-1\",\"TopicArn\":\"arn:aws:sns:eu-west-1:123456789012:alarms\",\"Message\":\n"
		" \"{\\\"AlarmName\\\":\\\"cart-latency\\\",\\\"NewStateValue\\\":\\\"ALARM\\\",\\\"NewStateReason\\\":\\\"above\\\",\\\"StateChangeTime\\\":\\\"2026-11-21T09:09:19.095+0000\\\",\\\"AlarmArn\\\":\\\"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cart-latency\\\",\\\"Trigger\\\":{\\\"MetricName\\\":\\\"Latency\\\",\\\"Namespace\\\":\\\"Shop\\\",\\\"ComparisonOperator\\\":\\\"GreaterThanThreshold\\\",\\\"Threshold\\\":0.50,\\\"Dimensions\\\":[{\\\"name\\\":\\\"service\\\",\\\"value\\\":\\\"cart\\\"}]}}\",\n"
		" \"Timestamp\":\"2026-11-21T09:09:20.000Z\"}\n",
	.framing = FRAME_DOCUMENTS,
	.cuts = CUT_BIT(CUT_RECORDS),
	.sniff_part = cw_sniff,
	.open = cw_open,
	.close = cw_close,
	.part = cw_part,
};
