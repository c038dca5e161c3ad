using System.Text;

namespace Headroom.Silo.Tests.Http;

/// <summary>Every line of bad input that the API promises an answer to.</summary>
internal static class BadRequests
{
    private const string HostPath = "/v1/hosts/{host}";
    private const string ContainerPath = HostPath + "/containers/c";
    private const string SubsystemPath = ContainerPath + "/subsystems/s";
    private const string LeasesPath = SubsystemPath + "/leases";
    private static readonly string Long = new('a', 254);

    public static readonly IReadOnlyDictionary<string, BadRequest> All =
        Amounts().Concat(LeaseFields()).Concat(Bodies()).Concat(Names()).Concat(Settings()).Concat(Questions())
            .Concat(Others())
            .ToDictionary(bad => bad.Name, StringComparer.Ordinal);

    /// <summary>The body of a lease with one field replaced; null takes it out.</summary>
    public static string Lease(string field, string? value)
    {
        var fields = new Dictionary<string, string?>
        {
            ["bytes"] = "4096",
            ["urgency"] = "1",
            ["requestId"] = "\"r-1\"",
            [field] = value,
        };
        IEnumerable<string> there =
            fields.Where(pair => pair.Value is not null).Select(pair => $"\"{pair.Key}\":{pair.Value}");
        return $"{{{string.Join(',', there)}}}";
    }

    private static IEnumerable<BadRequest> Amounts()
    {
        string[] values =
        [
            "0", "-1", "-9223372036854775808", "1.5", "1.0", "1e3", "9223372036854775808", "1e400", "\"4096\"", "true",
            "[1]", "{}", "null", "123456789012345678901234567890",
        ];
        return values.Select(
            value => Post($"bytes {value}", Lease("bytes", value), "bytes") with { Says = "1 to the host's capacity" })
            .Append(Post("bytes missing", Lease("bytes", null), "bytes") with { Says = "required" });
    }

    private static IEnumerable<BadRequest> LeaseFields()
    {
        (string Field, string?[] Values)[] table =
        [
            ("urgency", [null, "4", "-1", "256", "1.0", "null", "\"\"", "\"urgent\"", "\"1\"",
                "\"Optional,SafeToFail\"", "true"]),
            ("requestId", [null, "null", "\"\"", "7", "\"a\\u0000b\"", "\"\\u00e9\"", "\"a\\tb\"",
                $"\"{new string('r', 129)}\""]),
            ("waitSeconds", ["-1", "-0.5", "3601", "null", "\"1\"", "1e400"]),
            ("ttlSeconds", ["0", "-1", "1.5", "301", "null", "\"10\"", "9223372036854775808"]),
            ("replicas", ["-1", "3", "1.5", "null", "\"1\"", "true"]),
            ("reason", ["null", "7", "\"\"", "\"a\\nb\"", $"\"{new string('r', 257)}\""]),
        ];
        return
            from row in table
            from value in row.Values
            select Post($"{row.Field} {Short(value)}", Lease(row.Field, value), row.Field);
    }

    private static IEnumerable<BadRequest> Bodies()
    {
        yield return Post("unknown field", Lease("byte", "1"), "byte") with { Says = "the fields are" };
        yield return Post("field in another case", Lease("Bytes", "1"), "Bytes");
        yield return Post("field of a long name", Lease(new string('x', 5000), "1"), new string('x', 64));
        yield return Post("field twice", "{\"bytes\":1,\"bytes\":1,\"urgency\":1,\"requestId\":\"r\"}", "bytes") with
        {
            Says = "more than once",
        };
        string[] malformed =
        [
            "", " ", "{", "[]", "null", "7", "\"x\"", "{}{}", "{\"bytes\":1,}", "{'bytes':1}",
            "{\"bytes\":01,\"urgency\":1,\"requestId\":\"r\"}", "{\"bytes\":NaN}", "/**/{}", "\ufeff{}", "not json",
        ];
        foreach (string body in malformed)
        {
            yield return Post($"body '{body}'", body, "body");
        }

        yield return Post("half a surrogate pair", Lease("reason", "\"\\ud800\""), "body");
        yield return Post("half a surrogate pair in a name", "{\"\\ud800\":1}", "body");
        byte[] latin = Encoding.Latin1.GetBytes(Lease("reason", "\"caf\u00e9\""));
        yield return new BadRequest("body not UTF-8", "POST", LeasesPath, latin, 400, "body");
        yield return Post("body too deep", new string('[', 5000), "body");
        byte[] large = Encoding.UTF8.GetBytes(Lease("reason", $"\"{new string('r', 70_000)}\""));
        yield return new BadRequest("body over 64 KiB", "POST", LeasesPath, large, 400, "body") with { Says = "65536" };
        yield return new BadRequest("body over 64 KiB in chunks", "POST", LeasesPath, large, 400, "body") with
        {
            Headers = ["Transfer-Encoding: chunked"],
        };
        yield return Post("body over 64 KiB by its header alone", null, "body") with
        {
            Headers = ["Content-Length: 99999999999"],
            ContentType = "application/json",
        };
        string?[] types =
        [
            null, "text/plain", "application/xml", "application/x-www-form-urlencoded", "garbage",
            "application/json; charset=utf-16", "application/problem+json",
        ];
        foreach (string? type in types)
        {
            yield return BadRequest.Of(
                $"content type {type}", "POST", LeasesPath, Lease("bytes", "1"), 415, null) with
            { ContentType = type };
        }
    }

    private static IEnumerable<BadRequest> Names()
    {
        (string Name, string Text)[] names =
        [
            ("over-long", Long), ("slash", "a%2Fb"), ("twice encoded slash", "a%252Fb"), ("backslash", "a%5Cb"),
            ("space", "a%20b"), ("tab", "a%09b"), ("line break", "a%0D%0Ab"), ("delete", "a%7Fb"),
            ("non-ASCII", "caf%C3%A9"), ("broken UTF-8", "a%FFb"),
            ("percent alone", "a%b"), ("plus", "a+b"), ("exclamation mark", "a!b"),
        ];
        foreach ((string name, string text) in names)
        {
            yield return BadRequest.Of($"host {name}", "GET", $"/v1/hosts/{text}", null, 400, "host");
            yield return BadRequest.Of(
                $"container {name}", "GET", $"{HostPath}/containers/{text}", null, 400, "container");
            yield return BadRequest.Of(
                $"subsystem {name}", "GET", $"{ContainerPath}/subsystems/{text}", null, 400, "subsystem");
            yield return BadRequest.Of(
                $"lease of a container {name}",
                "POST",
                $"{HostPath}/containers/{text}/subsystems/s/leases",
                Lease("bytes", "1"),
                400,
                "container");
            yield return BadRequest.Of(
                $"lease of a subsystem {name}",
                "POST",
                $"{ContainerPath}/subsystems/{text}/leases",
                Lease("bytes", "1"),
                400,
                "subsystem");
        }

        yield return BadRequest.Of("host empty", "GET", "/v1/hosts/", null, 400, "host");
        yield return BadRequest.Of("container empty", "GET", HostPath + "/containers/", null, 400, "container");
        yield return BadRequest.Of(
            "container empty, PUT", "PUT", HostPath + "/containers//subsystems/s", "{}", 400, "container");
        yield return BadRequest.Of(
            "subsystem empty", "POST", ContainerPath + "/subsystems//leases", Lease("bytes", "1"), 400, "subsystem");
        yield return BadRequest.Of("host unknown", "GET", "/v1/hosts/elsewhere", null, 404, null);
        yield return BadRequest.Of("host unknown, PUT", "PUT", "/v1/hosts/elsewhere", "{}", 404, null);
        yield return BadRequest.Of(
            "host unknown, lease",
            "POST",
            "/v1/hosts/elsewhere/containers/c/subsystems/s/leases",
            Lease("bytes", "1"),
            404,
            null);
    }

    private static IEnumerable<BadRequest> Settings()
    {
        (string Path, string[] Fields)[] routes =
        [
            (HostPath, ["capacityBytes", "reserveBytes", "pledgedBytes"]),
            (ContainerPath, ["limitBytes", "guaranteeBytes", "mustSucceedQuotaBytes"]),
            (SubsystemPath, ["emergencyCreditBytes"]),
        ];
        foreach ((string path, string[] fields) in routes)
        {
            foreach (string field in fields)
            {
                foreach (string value in (string[])["-1", "1.5", "1e3", "\"1\"", "null", "9223372036854775808"])
                {
                    yield return BadRequest.Of($"{field} {value}", "PUT", path, $"{{\"{field}\":{value}}}", 400, field);
                }
            }

            yield return BadRequest.Of($"unknown field in PUT {path}", "PUT", path, "{\"x\":1}", 400, "x");
            yield return BadRequest.Of($"no body in PUT {path}", "PUT", path, null, 415, null);
            yield return BadRequest.Of($"malformed PUT {path}", "PUT", path, "{", 400, "body");
        }

        yield return BadRequest.Of("capacityBytes 0", "PUT", HostPath, "{\"capacityBytes\":0}", 400, "capacityBytes");
        yield return BadRequest.Of("limitBytes 0", "PUT", ContainerPath, "{\"limitBytes\":0}", 400, "limitBytes");
        string[] cgroups =
            ["null", "7", "\"/a/../../etc\"", "\"..\"", "\"a\\u0000b\"", $"\"{new string('c', 4097)}\""];
        foreach (string cgroup in cgroups)
        {
            yield return BadRequest.Of(
                $"cgroup {Short(cgroup)}", "PUT", ContainerPath, $"{{\"cgroup\":{cgroup}}}", 400, "cgroup");
        }

        foreach (string value in (string[])["4", "-1", "null", "\"urgent\"", "1.5"])
        {
            yield return BadRequest.Of(
                $"maxUrgency {value}", "PUT", SubsystemPath, $"{{\"maxUrgency\":{value}}}", 400, "maxUrgency");
            yield return BadRequest.Of(
                $"lastResort {value}", "PUT", SubsystemPath, $"{{\"lastResort\":{value}}}", 400, "lastResort");
        }

        (string Field, string[] Values)[] policy =
        [
            ("lastResortAfterSeconds", ["-1", "86401", "null", "\"1\""]),
            ("loansComeHome", ["1", "\"true\"", "null"]),
            ("state", ["\"readOnly\"", "\"Normal\"", "\"\"", "0", "null", "true"]),
        ];
        foreach ((string field, string[] values) in policy)
        {
            foreach (string value in values)
            {
                yield return BadRequest.Of(
                    $"{field} {value}", "PUT", SubsystemPath, $"{{\"{field}\":{value}}}", 400, field);
            }
        }
    }

    private static IEnumerable<BadRequest> Questions()
    {
        (string Query, string Field)[] explains =
        [
            ("", "bytes"), ("?urgency=1", "bytes"), ("?bytes=0&urgency=1", "bytes"), ("?bytes=-1&urgency=1", "bytes"),
            ("?bytes=1.5&urgency=1", "bytes"), ("?bytes=1e3&urgency=1", "bytes"), ("?bytes=&urgency=1", "bytes"),
            ("?bytes=%201&urgency=1", "bytes"), ("?bytes=9223372036854775808&urgency=1", "bytes"),
            ("?bytes=1&bytes=2&urgency=1", "bytes"), ("?bytes=1", "urgency"), ("?bytes=1&urgency=4", "urgency"),
            ("?bytes=1&urgency=-1", "urgency"), ("?bytes=1&urgency=urgent", "urgency"),
            ("?bytes=1&urgency=", "urgency"), ("?bytes=1&urgency=1&urgency=1", "urgency"),
        ];
        foreach ((string query, string field) in explains)
        {
            yield return BadRequest.Of(
                $"explain '{query}'", "GET", $"{SubsystemPath}/explain{query}", null, 400, field);
        }

        yield return BadRequest.Of(
            "explain for a bad subsystem", "GET", $"{ContainerPath}/subsystems/a%20b/explain", null, 400, "subsystem");
        yield return BadRequest.Of(
            "must-succeed of a bad name", "GET", HostPath + "/containers/a%20b/must-succeed", null, 400, "container");
    }

    private static IEnumerable<BadRequest> Others()
    {
        string[] ids =
            ["x", "AAAA", "%00garbage", "caf%C3%A9", "a%2Fb", new string('A', 1500), new string('A', 5000)];
        foreach (string id in ids)
        {
            // The NUL never gets past the server's own parser, which answers without a route and so without naming a
            // lease.
            int status = id.StartsWith("%00", StringComparison.Ordinal) ? 400 : 404;
            yield return BadRequest.Of(
                $"renew lease {Short(id)}", "POST", $"/v1/leases/{id}/renew", null, status, null);
            yield return BadRequest.Of($"release lease {Short(id)}", "DELETE", $"/v1/leases/{id}", null, status, null);
        }

        yield return BadRequest.Of("release no lease", "DELETE", "/v1/leases/", null, 404, null);
        yield return BadRequest.Of("no such route", "GET", "/v1/nothing", null, 404, null);
        yield return BadRequest.Of("no such method", "PATCH", HostPath, null, 405, null);
        yield return BadRequest.Of("get of leases", "GET", LeasesPath, null, 405, null);
        yield return BadRequest.Of("post to the audit", "POST", "/v1/audit", null, 405, null);
        yield return BadRequest.Of(
            "unknown type of events", "GET", "/v1/events?types=granted,nonsense", null, 400, "types");
        yield return BadRequest.Of("empty type of events", "GET", "/v1/events?types=", null, 400, "types");
        yield return BadRequest.Of(
            "bad container of events", "GET", "/v1/events?container=a/b", null, 400, "container");
        yield return BadRequest.Of("bad event id", "GET", "/v1/events", null, 400, "Last-Event-ID") with
        {
            Headers = ["Last-Event-ID: abc"],
        };
    }

    private static BadRequest Post(string name, string? body, string field) =>
        BadRequest.Of(name, "POST", LeasesPath, body, 400, field);

    private static string Short(string? text) =>
        text is null ? "missing" : text.Length > 40 ? $"{text[..40]} ({text.Length})" : text;
}
