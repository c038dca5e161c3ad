using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Headroom.Silo.Options;

/// <summary>Checks settings by the bounds that their attributes state, and says those bounds in words.</summary>
internal static class SettingsCheck
{
    /// <summary>What is shown in place of a secret.</summary>
    public const string Hidden = "(hidden)";

    /// <summary>Adds a fault for each wrong value in <paramref name="target"/> and the sections inside it.</summary>
    public static void Check(object target, string path, List<SettingFault> faults)
    {
        int before = faults.Count;
        foreach (PropertyInfo property in Properties(target.GetType()))
        {
            object? value = property.GetValue(target);
            string key = $"{path}:{property.Name}";
            if (IsSection(property))
            {
                Check(value!, key, faults);
            }
            else if (!IsAllowed(property, value))
            {
                faults.Add(SettingFault.NotAllowed(key, Shown(property, value), Allowed(property)));
            }
        }

        // Rules between fields assume that each field is right by itself: a second line about the same mistake helps
        // nobody.
        if (faults.Count == before && target is IValidatableObject rules)
        {
            faults.AddRange(rules.Validate(new ValidationContext(target)).Select(r => CrossFault(target, path, r)));
        }
    }

    /// <summary>The settings of a section, in the order in which they are declared.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite && p.GetIndexParameters().Length == 0);

    /// <summary>Whether the property is a section of its own.</summary>
    public static bool IsSection(PropertyInfo property) =>
        property.PropertyType.IsClass && property.PropertyType != typeof(string);

    /// <summary>The allowed values in words.</summary>
    public static string Allowed(PropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        string? worded = property.GetCustomAttributes<ValidationAttribute>()
            .Select(a => a.ErrorMessage)
            .FirstOrDefault(m => m is not null);
        if (worded is not null)
        {
            return worded;
        }

        string? bounds = property.GetCustomAttribute<RangeAttribute>() is { } range
            ? string.Create(CultureInfo.InvariantCulture, $"from {range.Minimum} to {range.Maximum}")
            : null;
        string text = type switch
        {
            { IsEnum: true } => string.Join(", ", Enum.GetNames(type)),
            _ when type == typeof(bool) => "true or false",
            _ when bounds is null => "text",
            _ when type == typeof(TimeSpan) => $"a time (hh:mm:ss) {bounds}",
            _ when type == typeof(double) => $"a number {bounds}",
            _ => $"a whole number {bounds}",
        };
        return Nullable.GetUnderlyingType(property.PropertyType) is null ? text : $"{text}, or nothing";
    }

    private static bool IsAllowed(PropertyInfo property, object? value) =>
        (value is not Enum e || Enum.IsDefined(value.GetType(), e))
        && (value is not double d || !double.IsNaN(d))
        && property.GetCustomAttributes<ValidationAttribute>().All(a => a.IsValid(value));

    private static SettingFault CrossFault(object target, string path, ValidationResult result)
    {
        string member = result.MemberNames.First();
        object? value = target;
        PropertyInfo? property = null;
        foreach (string step in member.Split(':'))
        {
            property = value!.GetType().GetProperty(step)!;
            value = property.GetValue(value);
        }

        return SettingFault.NotAllowed($"{path}:{member}", Shown(property!, value), result.ErrorMessage!);
    }

    private static string? Shown(PropertyInfo property, object? value) => value switch
    {
        null => null,
        _ when property.IsDefined(typeof(SecretAttribute)) => Hidden,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
