using Microsoft.Extensions.Options;

namespace Headroom.Caching;

/// <summary>Checks all options, and names each that is wrong.</summary>
internal sealed class LeasedMemoryCacheOptionsValidator : IValidateOptions<LeasedMemoryCacheOptions>
{
    internal const long MinStepBytes = 4 << 10;
    internal const long MaxStepBytes = 1 << 30;
    internal static readonly TimeSpan MinIdle = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan MaxIdle = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, LeasedMemoryCacheOptions options)
    {
        string[] errors = [.. Errors(options)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    internal static IEnumerable<string> Errors(LeasedMemoryCacheOptions options)
    {
        if (options.StepBytes is < MinStepBytes or > MaxStepBytes)
        {
            yield return $"StepBytes must be {MinStepBytes} to {MaxStepBytes}, not {options.StepBytes}.";
        }

        if (options.IdleAfter < MinIdle || options.IdleAfter > MaxIdle)
        {
            yield return $"IdleAfter must be {MinIdle} to {MaxIdle}, not {options.IdleAfter}.";
        }

        if (options.TimeProvider is null)
        {
            yield return "TimeProvider must not be null.";
        }

        if (string.IsNullOrEmpty(options.Subsystem))
        {
            yield return "Subsystem must not be empty.";
        }
    }
}
