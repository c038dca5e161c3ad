using System.ComponentModel;
using System.Reflection;

namespace Headroom.Silo.Options;

/// <summary>
/// Reads the section <c>Headroom</c> strictly. The framework's binder ignores what it does not know and stops at the
/// first value that it cannot convert; an operator who mistyped two settings should be told of both at once.
/// </summary>
internal static class SettingsReader
{
    /// <summary>The name of the section.</summary>
    public const string Root = "Headroom";

    /// <summary>
    /// Reads all settings. Never throws for a wrong one: each is a fault, and then the settings must not be used.
    /// </summary>
    public static (HeadroomSettings Settings, IReadOnlyList<SettingFault> Faults) Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var settings = new HeadroomSettings();
        var faults = new List<SettingFault>();
        Fill(settings, configuration.GetSection(Root), faults);
        SettingsCheck.Check(settings, Root, faults);
        return (settings, faults);
    }

    private static void Fill(object target, IConfigurationSection section, List<SettingFault> faults)
    {
        Dictionary<string, PropertyInfo> known = SettingsCheck.Properties(target.GetType())
            .ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        if (!string.IsNullOrEmpty(section.Value))
        {
            faults.Add(SettingFault.NotAllowed(section.Path, section.Value, $"only {Names(section.Path, known.Keys)}"));
        }

        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!known.TryGetValue(child.Key, out PropertyInfo? property))
            {
                IConfigurationSection leaf = FirstLeaf(child);
                faults.Add(SettingFault.Unknown(leaf.Path, leaf.Value, known.Keys.Order(StringComparer.Ordinal)));
            }
            else if (SettingsCheck.IsSection(property))
            {
                Fill(property.GetValue(target)!, child, faults);
            }
            else if (child.GetChildren().Any())
            {
                IConfigurationSection leaf = FirstLeaf(child);
                faults.Add(new(leaf.Path, $"Setting {leaf.Path} is unknown: {child.Path} is a single value."));
            }
            else if (child.Value is { } text)
            {
                Set(target, property, child.Path, text, faults);
            }
        }
    }

    // The converters are those of the framework's binder, so that what is accepted here means the same there.
    private static void Set(object target, PropertyInfo property, string key, string text, List<SettingFault> faults)
    {
        try
        {
            object? value = TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(text);
            property.SetValue(target, value);
        }
        catch (Exception error) when (IsConversionFailure(error))
        {
            string shown = property.IsDefined(typeof(SecretAttribute)) ? SettingsCheck.Hidden : text;
            faults.Add(SettingFault.NotAllowed(key, shown, SettingsCheck.Allowed(property)));
        }
    }

    // The converters of the framework wrap what went wrong in an ArgumentException or a bare Exception.
    private static bool IsConversionFailure(Exception error) =>
        error is FormatException or OverflowException or ArgumentException or NotSupportedException
        || error.InnerException is FormatException or OverflowException;

    private static string Names(string path, IEnumerable<string> names) =>
        string.Join(", ", names.Order(StringComparer.Ordinal).Select(n => $"{path}:{n}"));

    private static IConfigurationSection FirstLeaf(IConfigurationSection section)
    {
        while (section.GetChildren().FirstOrDefault() is { } child)
        {
            section = child;
        }

        return section;
    }
}
