namespace Headroom.Simulation.Tests.Mutations;

/// <summary>A rule taken out of the shipping code.</summary>
/// <param name="Id">Its name in docs/model/mutations.md.</param>
/// <param name="File">The file, from the root of the repository; of src/Core or src/Grains.</param>
/// <param name="Text">What is found in it exactly once.</param>
/// <param name="Replacement">What stands there instead.</param>
internal sealed record Mutation(string Id, string File, string Text, string Replacement)
{
    /// <summary>From which seed on it is looked for, when ordinary seeds find it too seldom; 1 otherwise.</summary>
    internal ulong From { get; init; } = 1;

    /// <summary>The project, whose assembly has the name Headroom and this.</summary>
    internal string Project => File.Split('/')[1];
}
