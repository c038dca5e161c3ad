namespace Headroom.Silo.Kubernetes.Pods;

/// <summary>Something about a pod that its owner should hear of, as an Event on the pod.</summary>
/// <param name="Reason">The Event's reason: one word in capitals and small letters.</param>
/// <param name="Message">What is wrong, and what applies instead; without what changes from one moment to the
/// next.</param>
internal readonly record struct PodProblem(string Reason, string Message)
{
    /// <summary>An annotation's value cannot be used.</summary>
    public const string BadAnnotation = nameof(BadAnnotation);

    /// <summary>An annotation is none that Headroom knows.</summary>
    public const string UnknownAnnotation = nameof(UnknownAnnotation);

    /// <summary>A budget cannot have the name that it would need.</summary>
    public const string NameTooLong = nameof(NameTooLong);

    /// <summary>The node does not have what a guarantee asks for.</summary>
    public const string GuaranteeRefused = nameof(GuaranteeRefused);

    /// <summary>The host did not take a setting.</summary>
    public const string SettingRefused = nameof(SettingRefused);

    /// <summary>Several containers share one limit of the pod.</summary>
    public const string SharedLimit = nameof(SharedLimit);
}
