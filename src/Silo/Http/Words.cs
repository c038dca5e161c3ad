namespace Headroom.Silo.Http;

/// <summary>The words that stand for enum values in the API.</summary>
internal static class Words
{
    private static readonly string[] Urgencies = Enum.GetNames<Urgency>();
    private static readonly string[] LastResorts = Enum.GetNames<LastResort>();
    private static readonly string[] Rungs = [.. Enum.GetNames<Rung>().Select(Camel)];
    private static readonly string[] States = [.. Enum.GetNames<SubsystemState>().Select(Camel)];
    private static readonly string[] Outcomes = [.. Enum.GetNames<Outcome>().Select(Camel)];
    private static readonly string[] Pressures = ["none", "some", "high"];

    /// <summary>
    /// The name of an urgency: <c>Optional</c>, <c>SafeToFail</c>, <c>RiskyToFail</c>, <c>MustSucceed</c>.
    /// </summary>
    public static string Urgency(byte value) => Word(Urgencies, value);

    /// <summary>The name of a last resort: <c>Wait</c>, <c>Fallback</c>, <c>ReadOnly</c>, <c>FailStop</c>.</summary>
    public static string LastResort(byte value) => Word(LastResorts, value);

    /// <summary>The name of a rung in camelCase: <c>container</c>, <c>host</c>, ..., <c>lastResort</c>.</summary>
    public static string Rung(byte value) => Word(Rungs, value);

    /// <summary>
    /// The name of a subsystem's state in camelCase: <c>normal</c>, <c>waiting</c>, <c>fallback</c>, <c>readOnly</c>,
    /// <c>failStop</c>.
    /// </summary>
    public static string State(byte value) => Word(States, value);

    /// <summary>The name of an outcome in camelCase: <c>granted</c>, ..., <c>lastResort</c>.</summary>
    public static string Outcome(byte value) => Word(Outcomes, value);

    /// <summary>How hard memory is pressed: <c>none</c>, <c>some</c>, <c>high</c>.</summary>
    public static string Pressure(byte value) => Word(Pressures, value);

    /// <summary>All names of urgencies, in the order of their values.</summary>
    public static IReadOnlyList<string> AllUrgencies => Urgencies;

    /// <summary>All names of last resorts, in the order of their values.</summary>
    public static IReadOnlyList<string> AllLastResorts => LastResorts;

    /// <summary>All names of rungs, in the order of their values.</summary>
    public static IReadOnlyList<string> AllRungs => Rungs;

    /// <summary>All names of states, in the order of their values.</summary>
    public static IReadOnlyList<string> AllStates => States;

    /// <summary>All names of outcomes, in the order of their values.</summary>
    public static IReadOnlyList<string> AllOutcomes => Outcomes;

    /// <summary>All names of pressure levels, in the order of their values.</summary>
    public static IReadOnlyList<string> AllPressures => Pressures;

    /// <summary>A name of an enum value in camelCase, as the API writes it.</summary>
    public static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    // A newer silo may send a value that this one has no name for yet; its number is better than no answer.
    private static string Word(string[] words, byte value) =>
        value < words.Length ? words[value] : value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
