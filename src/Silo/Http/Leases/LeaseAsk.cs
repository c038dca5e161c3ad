using System.ComponentModel.DataAnnotations;
using Headroom.Contracts;
using Headroom.Silo.Http.Input;

namespace Headroom.Silo.Http.Leases;

/// <summary>A request for a lease.</summary>
internal sealed record LeaseAsk
{
    /// <summary>The fields, as they are spelled.</summary>
    public static readonly string[] Fields =
        ["bytes", "urgency", "requestId", "waitSeconds", "ttlSeconds", "reason", "replicas"];

    /// <summary>The longest request id: a UUID, or a few names and a number, fit several times.</summary>
    public const int MaxRequestIdLength = 128;

    /// <summary>
    /// The longest wait of one request, in seconds. Whoever waits longer asks again with the same id.
    /// </summary>
    public const int MaxWaitSeconds = 3600;

    /// <summary>The longest reason: it is a name of a cause, kept with the lease, and no report.</summary>
    public const int MaxReasonLength = 256;

    /// <summary>The most hosts that a loan is kept on.</summary>
    public const int MaxReplicas = 2;

    /// <summary>
    /// The reason of a must-succeed that gives none: the grains want one, so that none goes uncounted.
    /// </summary>
    public const string NoReason = "unspecified";

    /// <summary>What is allowed for bytes, to follow "must be ".</summary>
    public const string BytesRange = "an integer from 1 to the host's capacity";

    private const string UrgencyRange = "0 to 3, or one of Optional, SafeToFail, RiskyToFail, MustSucceed";
    private const string RequestIdRule = "1 to 128 printable ASCII characters";
    private const string ReasonRule = "1 to 256 characters without control characters";

    /// <summary>Bytes asked for; at most the host's capacity.</summary>
    [Range(typeof(long), "1", "9223372036854775807")]
    public required long Bytes { get; init; }

    /// <summary>How badly they are needed.</summary>
    public required byte Urgency { get; init; }

    /// <summary>
    /// Chosen by the caller: printable ASCII. The same id with the same body again gets the first answer and is never
    /// charged twice; with another body, 409.
    /// </summary>
    [StringLength(MaxRequestIdLength, MinimumLength = 1)]
    [RegularExpression("^[ -~]+$")]
    public required string RequestId { get; init; }

    /// <summary>
    /// How long to wait for memory, with or without a fraction; absent for what the urgency's pipeline allows.
    /// </summary>
    [Range(0, MaxWaitSeconds)]
    public double? WaitSeconds { get; init; }

    /// <summary>
    /// How long the lease lives without renewal, in whole seconds, at most Session:MaxLeaseTtl; absent for Session:Ttl.
    /// </summary>
    [Range(1, 3600)]
    public long? TtlSeconds { get; init; }

    /// <summary>Why. Each MustSucceed should say so; one that does not counts as "unspecified".</summary>
    [StringLength(MaxReasonLength, MinimumLength = 1)]
    public string? Reason { get; init; }

    /// <summary>
    /// Of a MustSucceed: on how many other hosts its memory is kept when home has none; absent for 1. 0 for a caller
    /// that cannot use memory of another host. Others never get any.
    /// </summary>
    [Range(0, MaxReplicas)]
    public long? Replicas { get; init; }

    /// <summary>Reads an ask; what is wrong is in the errors, and the ask is then not to be used.</summary>
    public static LeaseAsk Read(JsonFields fields, TimeSpan maxTtl)
    {
        long most = (long)maxTtl.TotalSeconds;
        fields.Require("bytes", BytesRange);
        fields.Require("urgency", UrgencyRange);
        fields.Require("requestId", RequestIdRule);
        return new LeaseAsk
        {
            Bytes = fields.Integer("bytes", 1, long.MaxValue, BytesRange) ?? 0,
            Urgency = fields.Word("urgency", Words.AllUrgencies) ?? 0,
            RequestId = fields.Text("requestId", IsRequestId, RequestIdRule) ?? "",
            WaitSeconds = fields.Seconds("waitSeconds", MaxWaitSeconds)?.TotalSeconds,
            TtlSeconds = fields.Integer("ttlSeconds", 1, most, $"an integer from 1 to {most}"),
            Reason = fields.Text("reason", IsReason, ReasonRule),
            Replicas = fields.Integer("replicas", 0, MaxReplicas, $"an integer from 0 to {MaxReplicas}"),
        };
    }

    /// <summary>The request as the grains want it; how long it waits is up to the caller.</summary>
    public LeaseRequest ToRequest(LeaseTarget target) => new()
    {
        RequestId = target.WireId(RequestId),
        Bytes = Bytes,
        Urgency = Urgency,
        Wait = WaitSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Ttl = TtlSeconds is { } ttl ? TimeSpan.FromSeconds(ttl) : null,
        Reason = Reason ?? (IsMustSucceed ? NoReason : null),
        Replicas = (byte)(IsMustSucceed ? Replicas ?? 1 : 0),
    };

    private bool IsMustSucceed => Urgency == (byte)Headroom.Urgency.MustSucceed;

    private static bool IsRequestId(string text) =>
        text.Length is > 0 and <= MaxRequestIdLength && text.All(c => c is >= ' ' and <= '~');

    private static bool IsReason(string text) =>
        text.Length is > 0 and <= MaxReasonLength && !text.Any(char.IsControl);
}
