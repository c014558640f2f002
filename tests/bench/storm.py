#!/usr/bin/env python3
"""Writes N distinct firing alerts as records of aiops-record(5), or as Alertmanager's API takes them.

usage: storm.py N [--seconds S] [--api NOW] [--services M]

They come within S seconds (60) on M services (N / 100) of ten pods each, with seven labels; no two have the same labels.
"""
import argparse
import datetime
import sys

NAMES = ["HighLatency", "HighErrorRate", "PodRestarting", "DiskAlmostFull", "QueueGrowing", "ConnectionsExhausted",
         "CertificateExpiring", "ReplicationLag", "MemoryPressure", "TargetDown"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("n", type=int)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--services", type=int, default=0)
    parser.add_argument("--api", help="JSON bodies of 500 alerts a line; each ends an hour after NOW")
    args = parser.parse_args()
    services = args.services or max(1, args.n // 100)
    base = datetime.datetime(2026, 11, 21, 9, tzinfo=datetime.timezone.utc)
    body = []
    for i in range(args.n):
        service, name = i % services, NAMES[i // services % 10]
        pod = "svc-%d-%d" % (service, i // services // 10 % 10)
        labels = ('{"alertname":"%s","cluster":"eu-1","env":"prod","job":"kube","pod":"%s","service":"svc-%d","shard":"%d"}'
                  % (name, pod, service, i // services // 100))
        if args.api:
            body.append('{"labels":%s,"annotations":{"summary":"made for the benchmark"},"startsAt":"%s","endsAt":"2099-01-01T00:00:00Z"}'
                        % (labels, args.api))
            if len(body) == 500 or i == args.n - 1:
                print("[%s]" % ",".join(body))
                body = []
            continue
        at = (base + datetime.timedelta(seconds=i * args.seconds / args.n)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        sys.stdout.write('{"v":1,"kind":"alert","id":"%032x","timestamp":"%s","source":"bench","status":"firing",'
                         '"severity":"high","name":"%s","component":"%s","service":"svc-%d","starts_at":"%s",'
                         '"labels":%s}\n' % (i, at, name, pod, service, at, labels))


main()
