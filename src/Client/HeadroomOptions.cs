using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Reflection;

namespace Headroom;

/// <summary>
/// Whose memory this process uses, and where its authority is. The defaults come from the environment, so that in most
/// deployments nothing needs to be set.
/// </summary>
public sealed class HeadroomOptions
{
    private const string DefaultGateway = "127.0.0.1:30000";

    // The services of deploy/k8s. The first leads to the silo of the node that asks.
    private const string PodGateway = "headroom.headroom.svc:30000";
    private const string PodStandInGateway = "headroom-stand-in.headroom.svc:30000";

    /// <summary>
    /// The container whose budget this process uses: 1 to 253 characters of <c>A-Z a-z 0-9 . _ : @ -</c>. Default:
    /// environment variable <c>HEADROOM_CONTAINER</c>, else the name of the entry assembly in lower case. In a pod,
    /// which is where <c>HEADROOM_NAMESPACE</c> is set, <c>namespace:pod:container</c>, with <c>HEADROOM_POD</c> for
    /// the pod, else the host name, which is the pod's name unless its specification sets another.
    /// </summary>
    public string Container { get; set; } = DefaultContainer();

    /// <summary>
    /// The host whose memory it is, by the name that its silo uses; same rule as <see cref="Container"/>. Default:
    /// environment variable <c>HEADROOM_HOST</c>, else <c>NODE_NAME</c>, else the machine's name in lower case.
    /// </summary>
    public string Host { get; set; } =
        FromEnvironment("HEADROOM_HOST") ?? FromEnvironment("NODE_NAME") ?? Sanitised(Environment.MachineName);

    /// <summary>
    /// Where the authority's Orleans gateways are: <c>host:port</c>, several separated by commas. That of this
    /// process's own host is the quickest. Names are looked up again whenever there is no connection. Default:
    /// environment variable <c>HEADROOM_GATEWAY</c>, else <c>127.0.0.1:30000</c>, or in a pod
    /// <c>headroom.headroom.svc:30000</c>.
    /// </summary>
    public string Gateway { get; set; } =
        FromEnvironment("HEADROOM_GATEWAY") ?? (IsInPod ? PodGateway : DefaultGateway);

    /// <summary>
    /// Where gateways are that are used while none of <see cref="Gateway"/> can be reached, and no longer: in the same
    /// form; empty for none. Default: environment variable <c>HEADROOM_STAND_IN_GATEWAY</c>, else none, or where
    /// <see cref="Gateway"/> is what it is in a pod by default, <c>headroom-stand-in.headroom.svc:30000</c>.
    /// </summary>
    [AllowNull]
    public string StandInGateway
    {
        get => field ?? (Gateway == PodGateway ? PodStandInGateway : "");
        set;
    } = FromEnvironment("HEADROOM_STAND_IN_GATEWAY");

    /// <summary>
    /// How long one call to the authority may take before it is repeated, beside the time that the authority may let a
    /// request wait; 50 ms to 1 min, 1 s by default. A silo that died answers nothing, and only this notices.
    /// </summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many bytes all subsystems together may hold in credit while nobody leases them; 0 to 1 TiB, 64 MiB by
    /// default. 0 holds none: <see cref="ISubsystem.TryAcquire"/> then never succeeds. Disposed leases may exceed it
    /// until the next message.
    /// </summary>
    public long MaxIdleCreditBytes { get; set; } = 64L << 20;

    /// <summary>
    /// How long a reservation may stay unused before notice is given, and after a quarter of this time again its unused
    /// part goes back; 1 s to 1 day, 1 min by default.
    /// </summary>
    public TimeSpan ReservationIdle { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether this process collects its garbage and gives the memory back to the machine when memory is short in its
    /// container and much of what it has resident is not leased: true by default. It stands still meanwhile, about 0.1
    /// s for each 100 MiB that live on, and a twentieth of the time at most.
    /// </summary>
    public bool CollectWhenAsked { get; set; } = true;

    /// <summary>
    /// Called, once for each time and on another thread, with the name of a subsystem whose last resort
    /// <c>FailStop</c> has come: this process must stop, before something is lost. Null, the default, calls nobody:
    /// requests are refused with <see cref="RefusalReason.FailStop"/>, and <see cref="ISubsystem.State"/> says it.
    /// <see cref="FailFast"/> ends the process at once.
    /// </summary>
    public Action<string>? OnFailStop { get; set; }

    /// <summary>
    /// For <see cref="OnFailStop"/>: ends this process at once, without running anything more of it.
    /// </summary>
    public static Action<string> FailFast { get; } = static subsystem => Environment.FailFast(
        $"Subsystem {subsystem} must not go on: its must-succeed request for memory could not be met.");

    /// <summary>The clock; that of the system unless set.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    private static bool IsInPod => FromEnvironment("HEADROOM_NAMESPACE") is not null;

    private static string DefaultContainer()
    {
        string container = FromEnvironment("HEADROOM_CONTAINER") ?? Sanitised(ProgramName());
        return FromEnvironment("HEADROOM_NAMESPACE") is { } space
            ? $"{space}:{FromEnvironment("HEADROOM_POD") ?? Dns.GetHostName()}:{container}"
            : container;
    }

    private static string? FromEnvironment(string name)
        => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string ProgramName()
        => Assembly.GetEntryAssembly()?.GetName().Name
            ?? Path.GetFileNameWithoutExtension(Environment.ProcessPath)
            ?? "";

    // Whatever a machine or program is called, the default is a name that follows the rule.
    private static string Sanitised(string name)
    {
        string cut = name.Length <= ResourceName.MaxLength ? name : name[..ResourceName.MaxLength];
        string clean = string.Concat(cut.ToLowerInvariant().Select(c => ResourceName.IsValid($"{c}x") ? c : '-'));
        return ResourceName.IsValid(clean) ? clean : "unnamed";
    }
}
