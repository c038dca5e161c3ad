using System.Globalization;

namespace Headroom.Silo.Kubernetes.Pods;

/// <summary>
/// Reads the annotations of a pod. Each is about all containers of the pod, or with a dot and a container's name at its
/// end about that one alone, which goes first. What cannot be used is told, and counts as not there.
/// </summary>
internal sealed class PodAnnotations
{
    /// <summary>How all of them begin.</summary>
    public const string Prefix = "headroom.io/";

    private const string Guarantee = Prefix + "guarantee";
    private const string Margin = Prefix + "margin";
    private const string ResizeMax = Prefix + "resize-max";
    private const string MaxUrgency = Prefix + "max-urgency";
    private const string BytesWanted = "an amount of bytes such as 512Mi";

    private readonly Dictionary<string, ContainerWish> _wishes;
    private readonly List<PodProblem> _problems = [];

    /// <summary>Reads those of a pod.</summary>
    public PodAnnotations(Pod pod)
    {
        _wishes = pod.Containers.ToDictionary(
            container => container.Name, _ => new ContainerWish(), StringComparer.Ordinal);

        // Those for the pod first, then those for one container, which replace them.
        foreach (bool own in (ReadOnlySpan<bool>)[false, true])
        {
            foreach ((string key, string value) in pod.Annotations)
            {
                Read(key, value.Trim(), own);
            }
        }
    }

    /// <summary>What is wrong with them.</summary>
    public IReadOnlyList<PodProblem> Problems => _problems;

    /// <summary>What they say about a container of the pod.</summary>
    public ContainerWish Of(string container) => _wishes[container];

    private void Read(string key, string value, bool own)
    {
        string[] names = [Guarantee, Margin, ResizeMax, MaxUrgency];
        string? name = Array.Find(
            names, known => key == known || key.StartsWith(known + ".", StringComparison.Ordinal));
        if (name is null)
        {
            if (!own)
            {
                _problems.Add(new(PodProblem.UnknownAnnotation, $"Headroom does not know the annotation {key}."));
            }

            return;
        }

        string rest = key.Length > name.Length ? key[(name.Length + 1)..] : "";
        int dot = rest.LastIndexOf('.');
        string last = rest[(dot + 1)..];
        bool isOne = name == MaxUrgency ? dot > 0 && _wishes.ContainsKey(last) : rest.Length > 0;
        if (isOne != own)
        {
            return;
        }

        if (name != MaxUrgency && isOne && !_wishes.ContainsKey(rest))
        {
            Complain(key, value, $"the pod has no container {rest}");
            return;
        }

        string subsystem = name != MaxUrgency ? "" : isOne ? rest[..dot] : rest;
        if (Change(name, subsystem, value, out string wanted) is not { } change)
        {
            Complain(key, value, $"expected {wanted}");
            return;
        }

        foreach (string container in isOne ? [last] : _wishes.Keys.ToArray())
        {
            _wishes[container] = change(_wishes[container]);
        }
    }

    private static Func<ContainerWish, ContainerWish>? Change(
        string name, string subsystem, string value, out string wanted)
    {
        switch (name)
        {
            case Margin:
                wanted = $"a percentage of 0 to {ContainerRules.MaxMarginPercent}";
                return Percent(value) is { } percent ? wish => wish with { MarginPercent = percent } : null;
            case MaxUrgency:
                wanted = ResourceName.IsValid(subsystem)
                    ? "0 to 3, or Optional, SafeToFail, RiskyToFail or MustSucceed"
                    : $"{MaxUrgency}.<subsystem>, whose name {ResourceName.Rule}";
                return ResourceName.IsValid(subsystem) && ParseUrgency(value) is { } urgency
                    ? wish => wish with { MaxUrgencies = wish.MaxUrgencies.SetItem(subsystem, urgency) }
                    : null;
            case Guarantee:
                wanted = BytesWanted;
                return Quantity.TryParseBytes(value, out long guarantee)
                    ? wish => wish with { GuaranteeBytes = guarantee }
                    : null;
            default:
                wanted = BytesWanted;
                return Quantity.TryParseBytes(value, out long most) && most > 0
                    ? wish => wish with { ResizeMaxBytes = most }
                    : null;
        }
    }

    private static int? Percent(string value) =>
        int.TryParse(
            value.EndsWith('%') ? value.AsSpan(0, value.Length - 1) : value,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out int percent) && percent <= ContainerRules.MaxMarginPercent
            ? percent
            : null;

    private static Urgency? ParseUrgency(string value) =>
        Enum.TryParse(value, ignoreCase: true, out Urgency urgency) && Enum.IsDefined(urgency)
        && (value.All(char.IsAsciiLetter) || value.Length == 1)
            ? urgency
            : null;

    private void Complain(string key, string value, string why)
    {
        const int shownLength = 64;
        string shown = value.Length > shownLength ? value[..shownLength] + "..." : value;
        _problems.Add(new(PodProblem.BadAnnotation, $"{key}: \"{shown}\" is not used: {why}. The default applies."));
    }
}
