using Headroom.Silo.Budgets;
using Headroom.Silo.Hosting;

return await SiloProcess.RunAsync(
    args,
    add: (builder, settings) => builder.Services.AddBudgets(settings),
    map: app => { },
    errors: Console.Error);
