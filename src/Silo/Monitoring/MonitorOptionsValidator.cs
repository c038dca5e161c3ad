using Microsoft.Extensions.Options;

namespace Headroom.Silo.Monitoring;

/// <summary>Finds everything that is wrong with the monitor's settings at once.</summary>
internal sealed class MonitorOptionsValidator : IValidateOptions<MonitorOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, MonitorOptions options)
    {
        List<string> errors = [];
        if (options.Interval < MonitorOptions.IntervalMin || options.Interval > MonitorOptions.IntervalMax)
        {
            errors.Add(
                $"{MonitorOptions.Section}:Interval is {options.Interval}; it must be from "
                + $"{MonitorOptions.IntervalMin} to {MonitorOptions.IntervalMax}.");
        }

        if (!Enum.IsDefined(options.Scope))
        {
            errors.Add($"{MonitorOptions.Section}:Scope is {options.Scope}; it must be Own or Machine.");
        }

        AddRootError(errors, options.ProcRoot, nameof(options.ProcRoot));
        AddRootError(errors, options.SysRoot, nameof(options.SysRoot));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void AddRootError(List<string> errors, string? root, string setting)
    {
        if (root is null || root.Contains('\0') || !Path.IsPathFullyQualified(root))
        {
            errors.Add($"{MonitorOptions.Section}:{setting} is '{root}'; it must be an absolute path.");
        }
    }
}
