using System.Diagnostics.CodeAnalysis;
using Headroom.Silo.Http.Problems;

namespace Headroom.Silo.Http.Input;

/// <summary>What a body says, or what is wrong with it.</summary>
/// <typeparam name="T">What it says.</typeparam>
internal readonly struct Parsed<T>
    where T : class
{
    private Parsed(T? value, ProblemResult? problem)
    {
        Value = value;
        Problem = problem;
    }

    /// <summary>What the body says; null when something is wrong.</summary>
    public T? Value { get; }

    /// <summary>The answer to a body that is wrong.</summary>
    public ProblemResult? Problem { get; }

    public static Parsed<T> Good(T value) => new(value, null);

    public static Parsed<T> Bad(ProblemResult problem) => new(null, problem);

    /// <summary>Whether the body is good; exactly one of the two is there.</summary>
    public bool IsGood([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ProblemResult? problem)
    {
        (value, problem) = (Value, Problem);
        return value is not null;
    }
}
